// Ask an endpoint by Comunica and print what came as JSON: node ask_comunica.mjs FOLDER-OF-COMUNICA ENDPOINT QUERY…
import { createRequire } from 'node:module';

const [folder, endpoint, ...queries] = process.argv.slice(2);
const { QueryEngine } = createRequire(`${folder}/`)('@comunica/query-sparql');
const engine = new QueryEngine();
const answers = [];
for (const query of queries) {
  const result = await engine.query(query, { sources: [endpoint] });
  if (result.resultType === 'boolean') answers.push(await result.execute());
  else if (result.resultType === 'bindings') {
    const rows = await (await result.execute()).toArray();
    answers.push(rows.map((row) => Object.fromEntries([...row].map(([variable, term]) => [variable.value, term.value]))));
  } else {
    const quads = await (await result.execute()).toArray();
    answers.push(quads.map((quad) => [quad.subject.value, quad.predicate.value, quad.object.value]));
  }
}
console.log(JSON.stringify(answers));

// Builds what is committed beside this file from npm, byte for byte: npm ci && node build.mjs [folder]
// Two things are left out of YASGUI: the list of prefix.cc, and the completions that ask prefix.cc and LOV on the web.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";

const target = process.argv[2] ?? import.meta.dirname;
const lock = JSON.parse(readFileSync(join(import.meta.dirname, "package-lock.json"), "utf8")).packages;

const LEFT_OUT = [
  [/, madsrdf = "http[\s\S]*?\}, tokenTypes = /, ", tokenTypes = "],
  [/e\.config\.prefixCcApi \? fetch\([\s\S]*?\}\)\.catch\([\s\S]*?\) : Promise\.resolve\(prefixes_default\)/, "Promise.resolve({})"],
  [/var fetchFromLov = \(e, t, n\) => \{[\s\S]*?\n\}, completers =/, "var fetchFromLov = () => Promise.resolve([]), completers ="],
];

const withoutTheWeb = {
  name: "without-the-web",
  setup(build) {
    build.onLoad({ filter: /yasgui\.esm\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const [found, instead] of LEFT_OUT) {
        if (!found.test(contents)) throw new Error(`YASGUI has changed: there is no ${found}`);
        contents = contents.replace(found, instead);
      }
      return { contents, loader: "js" };
    });
  },
};

await esbuild.build({
  stdin: { contents: 'export { default } from "@zazuko/yasgui";', resolveDir: import.meta.dirname },
  outfile: join(target, "yasgui.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none", // LICENSES.txt has them all
  plugins: [withoutTheWeb],
});
await esbuild.build({
  entryPoints: [join(import.meta.dirname, "node_modules/@zazuko/yasgui/build/yasgui.min.css")],
  outfile: join(target, "yasgui.css"),
  minify: true,
});

// The text of the MIT licence, for packages that name it and bring no copy along.
const mit = (holder) => `Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

function licence(path, { version, license = "MIT" }) {
  const folder = join(import.meta.dirname, path);
  const named = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const people = [named.author, ...(named.contributors ?? [])].map((who) => who?.name ?? who).filter(Boolean);
  const texts = readdirSync(folder).filter((name) => /^licen[cs]e/i.test(name)).sort()
    .map((name) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim());
  if (!texts.length && license === "MIT") texts.push(mit(people.join(", ")));
  return [`${named.name} ${version}, ${license}`, ...texts].join("\n\n");
}

const licences = Object.entries(lock).filter(([path, { dev }]) => path && !dev).map(([path, about]) => licence(path, about));
writeFileSync(join(target, "LICENSES.txt"), `${licences.join(`\n\n${"-".repeat(80)}\n\n`)}\n`);

const files = ["LICENSES.txt", "yasgui.css", "yasgui.js"].map((name) => [
  name, createHash("sha256").update(readFileSync(join(target, name))).digest("hex"),
]);
const version = lock["node_modules/@zazuko/yasgui"].version;
writeFileSync(join(target, "bundle.json"), `${JSON.stringify({ version, sha256: Object.fromEntries(files) }, null, 2)}\n`);

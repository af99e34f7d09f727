// What the pages of questions can do with a script, beside all that they do without one.
"use strict";

// Show the questions that have every word of the filter in them.
const filter = document.querySelector("#filter");
if (filter) {
  filter.parentElement.hidden = false;
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const topic of document.querySelectorAll(".topic")) {
      for (const question of topic.querySelectorAll("li")) {
        const text = question.textContent.toLowerCase();
        question.hidden = !words.every((word) => text.includes(word));
        found += question.hidden ? 0 : 1;
      }
      topic.hidden = !topic.querySelector("li:not([hidden])");
    }
    document.querySelector(".filter output").textContent = words.length ? `${found} found` : "";
  });
}

// Propose choices of a long list that match what is typed.
for (const input of document.querySelectorAll("input[data-search]")) {
  let asked = 0;
  input.addEventListener("input", async () => {
    const own = ++asked;
    const words = input.value.trim();
    const answer = await fetch(`${input.dataset.search}?search=${encodeURIComponent(words || " ")}`);
    if (own !== asked || !answer.ok) return;
    const { choices } = await answer.json();
    input.list.replaceChildren(...choices.map(({ value, label }) => new Option(label, value)));
  });
}

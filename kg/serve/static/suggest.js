// Suggestions as somebody types into a search box: a combobox with a list (ARIA APG), which only helps the form along.

const PAUSE = 120; // milliseconds without a key before the server is asked
const SHORTEST = 2;

const option = (found, id) => {
  const item = document.createElement("li");
  item.id = id;
  item.role = "option";
  item.dataset.href = found.url;
  const told = document.createElement("small");
  told.textContent = [found.type, found.description].filter(Boolean).join(" · ");
  item.append(found.label, told);
  return item;
};

class Suggestions {
  constructor(input) {
    this.input = input;
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-suggestions`;
    this.list.className = "suggestions";
    this.list.role = "listbox";
    this.list.setAttribute("aria-label", "Suggestions");
    this.list.hidden = true;
    input.after(this.list);
    input.role = "combobox";
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.hide());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.open(event.target.closest("li")));
  }

  later() {
    clearTimeout(this.timer);
    this.asked?.abort();
    if (this.input.value.trim().length < SHORTEST) return this.hide();
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    this.asked = new AbortController();
    const query = new URLSearchParams({ q: this.input.value.trim(), limit: "8" });
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(`/search?${query}`, { headers, signal: this.asked.signal });
      if (answer.ok) this.show((await answer.json()).results);
    } catch (fault) {
      if (fault.name !== "AbortError") this.hide(); // without suggestions the form still searches
    }
  }

  show(results) {
    this.list.replaceChildren(...results.map((found, n) => option(found, `${this.list.id}-${n}`)));
    this.choose(null);
    this.list.hidden = results.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  hide() {
    this.list.hidden = true;
    this.choose(null);
    this.input.setAttribute("aria-expanded", "false");
  }

  choose(item) {
    this.chosen?.setAttribute("aria-selected", "false");
    this.chosen = item;
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
    if (item) this.input.setAttribute("aria-activedescendant", item.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  press(event) {
    const { key } = event;
    if (this.list.hidden) return;
    if (key === "Escape") {
      event.preventDefault(); // a browser would clear what was typed
      this.hide();
    } else if (key === "Enter" && this.chosen) {
      event.preventDefault();
      this.open(this.chosen);
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      const { firstElementChild: first, lastElementChild: last } = this.list;
      const next = key === "ArrowDown" ? this.chosen?.nextElementSibling : this.chosen?.previousElementSibling;
      this.choose(next ?? (key === "ArrowDown" ? first : last));
    }
  }

  open(item) {
    if (item) location.assign(item.dataset.href);
  }
}

for (const input of document.querySelectorAll("form.find input[type=search]")) new Suggestions(input);

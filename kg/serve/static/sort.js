// Tables that sort by a click on a heading; without this script they stay in the order of the server.

const key = (cell) => {
  const time = cell?.querySelector("time");
  const text = (time ? time.dateTime : (cell?.textContent ?? "")).trim();
  const number = Number(text.replace(/[,\s%]/g, ""));
  return text !== "" && !time && Number.isFinite(number) ? number : text;
};

const compare = (a, b) =>
  typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });

const sort = (table, column, heading) => {
  const rising = heading.ariaSort !== "ascending";
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", rising ? "ascending" : "descending");
  const rows = [...table.tBodies[0].rows];
  const empty = (row) => key(row.cells[column]) === "";
  rows.sort((a, b) => empty(a) - empty(b) || (rising ? 1 : -1) * compare(key(a.cells[column]), key(b.cells[column])));
  table.tBodies[0].append(...rows);
};

for (const table of document.querySelectorAll("table.sortable")) {
  if (table.tBodies[0].rows.length < 2) continue;
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(table, column, heading));
    heading.append(button);
  });
}

-- message: {a} {b} points to {c}, of which nothing is known
-- `link` has a row for each reference of the view, `thing` one for each thing that it speaks of.
SELECT subject AS a, property AS b, target AS c
FROM link
ANTI JOIN thing ON thing.subject = link.target;

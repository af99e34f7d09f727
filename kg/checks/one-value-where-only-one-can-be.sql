-- message: {a} has more than one row in the view, and so perhaps more than one value where only one can be
-- `thing` has a row for each row of the view.
SELECT subject AS a FROM thing GROUP BY subject HAVING count(*) > 1;

"""The commands about judgement: how well the machine judges, what it leaves to people, and why it holds two for one."""

from pathlib import Path
from typing import Annotated

import typer

from kg.build import REVIEW
from kg.builds import CURRENT, PREVIOUS, current, find_build
from kg.cli.options import Data, Home, told
from kg.cli.printing import print_doubtful, print_evaluation, print_evidence
from kg.cli.streams import err
from kg.cli.wikidata_links import evaluate_wikidata_command, link_review_command, link_wikidata_command
from kg.diff.gone import gone
from kg.evaluate.changes import evaluate_changes, rosters_folder
from kg.evaluate.people import evaluate_people, published_people
from kg.link.evidence import explain
from kg.link.review import read_doubtful
from kg.link.settings import read_settings
from kg.paths import DATA, home

evaluate = typer.Typer(help="Measure the machine's judgement on samples that people have judged.", no_args_is_help=True)
links = typer.Typer(
    help="What is one across sources: what is left to decide, and why two are held to be one.", no_args_is_help=True
)
evaluate.command("wikidata")(evaluate_wikidata_command)
links.command("wikidata")(link_wikidata_command)
links.command("review")(link_review_command)
app = typer.Typer()
app.add_typer(evaluate, name="evaluate")
app.add_typer(links, name="link")


@evaluate.command("changes")
@told
def evaluate_changes_command(
    mirror: Annotated[
        Path | None, typer.Option("--from", help="Folder of a local mirror of the rosters (default: what was fetched).")
    ] = None,
    home_folder: Home = None,
    data: Data = DATA,
) -> None:
    """Precision and recall of the changes of side that are inferred from the rosters, and every disagreement."""
    print_evaluation(evaluate_changes(rosters_folder(home_folder or home(), mirror, data), data))


@evaluate.command("people")
@told
def evaluate_people_command(
    mirror: Annotated[
        Path | None,
        typer.Option(
            "--from", help="Link the sources in this folder of a local mirror (default: the published build)."
        ),
    ] = None,
    home_folder: Home = None,
    data: Data = DATA,
) -> None:
    """Precision and recall of the people who are held for one, and every disagreement."""
    from kg.build.training import linked_people

    folder = home_folder or home()
    stands_for = linked_people(folder, data, mirror) if mirror else published_people(current(folder))
    print_evaluation(evaluate_people(stands_for, data))


@links.command("people")
@told
def link_people_command(
    limit: Annotated[int, typer.Option(help="How many pairs to show.")] = 20, home_folder: Home = None
) -> None:
    """The pairs of people that the last build left to decide, the likeliest first; all are in review/people.csv."""
    folder = (home_folder or home()) / REVIEW
    print_doubtful(read_doubtful(folder), limit, folder)


@links.command("explain")
@told
def link_explain_command(
    left: Annotated[str, typer.Argument(help="A person, such as person/milan-radulovic.")],
    right: Annotated[str, typer.Argument(help="Another, by the reference that its own source gives.")],
    home_folder: Home = None,
    data: Data = DATA,
) -> None:
    """How much each finding speaks for or against two persons being one, in powers of two."""
    print_evidence(explain((home_folder or home()) / REVIEW, left, right, read_settings(data)))


@links.command("moved")
@told
def link_moved_command(
    old: Annotated[str, typer.Argument(help="A build: its id, its folder, current or previous.")] = PREVIOUS,
    new: Annotated[str, typer.Argument(help="The build that came after it.")] = CURRENT,
    home_folder: Home = None,
) -> None:
    """Rows to add to data/entities/moved.csv, so that references that only the older build knows lead on."""
    found = gone(*(find_build(home_folder or home(), name) for name in (old, new)))
    for ref, now in found.items():
        if now:
            print(f"{ref},{now}")
    if left := [ref for ref, now in found.items() if not now]:
        err.print(f"no identifier tells what stands now for: {', '.join(left)}", highlight=False, soft_wrap=True)


@links.command("train")
@told
def link_train_command(
    mirror: Annotated[
        Path | None, typer.Option("--from", help="Folder of a local mirror of the table sources.")
    ] = None,
    home_folder: Home = None,
    data: Data = DATA,
) -> None:
    """Learn from all table sources how much each agreement of two persons weighs: data/links/people-model.json."""
    from kg.build.training import train

    print(f"wrote {train(home_folder or home(), data, mirror)}")

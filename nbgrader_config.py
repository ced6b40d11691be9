"""Stock nbgrader's view of this course: the folders' names, and students' Markdown without what runs in it."""

c = get_config()  # noqa: F821  nbgrader defines this name for its configuration files

c.CourseDirectory.course_id = "activation-functions"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.ClearSolutions.code_stub = {
    "python": "# Write your code here, and delete the next line.\nraise NotImplementedError()"
}

# `nbgrader autograde` and formgrader's button run students' code in a kernel that can read and change everything here.
# Take the mark of a comment from these two lines, and they run it in the sandbox of `autograder grade`, with the same
# verdicts; `autograder doctor` says what the sandbox holds on this machine.
# from autograder.inside_nbgrader import PREPROCESSORS
# c.Autograde.autograde_preprocessors = PREPROCESSORS

# Formgrader and `nbgrader generate_feedback` show the HTML in students' answers as HTML; this shows what runs as text.
c.HTMLExporter.filters = {"markdown2html": "autograder.course.safe_markdown.safe_markdown"}

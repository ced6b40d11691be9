"""Stock nbgrader's view of this course: the folders' names are all that differs from its defaults."""

c = get_config()  # noqa: F821  nbgrader defines this name for its configuration files

c.CourseDirectory.course_id = "activation-functions"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.ClearSolutions.code_stub = {
    "python": "# Write your code here, and delete the next line.\nraise NotImplementedError()"
}

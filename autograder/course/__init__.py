"""The instructor's side: the course folder, publishing, collecting, nbgrader's gradebook, exports."""

"""What people read: the terminal's table, the class report, the student's feedback."""

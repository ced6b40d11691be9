"""The Jupyter Book: pages in MyST, their Python in `book.lab`, their build in `book.build`."""

"""The choice of benchmark cases, excellent products and district samples."""

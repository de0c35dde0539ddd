"""A report outside its page: QR code, drawing of the place, picture for social sites, print view and PDF."""

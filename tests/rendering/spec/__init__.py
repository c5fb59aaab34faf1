"""The examples of two specifications of Markdown, and how HTML is compared with them."""

"""The pages: rendered on the server, readable and usable without JavaScript, in Chinese and English."""

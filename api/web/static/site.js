/* A form that was sent says so until the next page is there; without this script everything works all the same. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (event.defaultPrevented || form.hasAttribute("hx-get") || form.hasAttribute("hx-post")) return;
  const slow = setTimeout(() => {
    button?.setAttribute("aria-busy", "true");
    document.body.classList.add("waiting");
  }, 400);
  addEventListener("pageshow", () => {
    clearTimeout(slow);
    button?.removeAttribute("aria-busy");
    document.body.classList.remove("waiting");
  }, { once: true });
});

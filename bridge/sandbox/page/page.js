// Asks every second whether something is new, and shows it; keeps the place of who reads further up.
const view = document.getElementById("view");
const state = document.getElementById("state");

const rooms = () => [...view.querySelectorAll(".messages")];
const isAtEnd = (room) => room.scrollHeight - room.scrollTop - room.clientHeight < 80;
const toEnd = (room) => { room.scrollTop = room.scrollHeight; };

// The page's policy allows no styles in its HTML: an embed's bar gets its colour here.
const paint = () => view.querySelectorAll("[data-colour]").forEach((embed) => {
  embed.style.setProperty("--bar", embed.dataset.colour);
});

async function look() {
  const query = new URLSearchParams(location.search);
  query.set("seen", view.dataset.seen);
  try {
    const answer = await fetch(`view?${query}`);
    state.textContent = "live";
    if (answer.status === 200) {
      const places = rooms().map((room) => (isAtEnd(room) ? null : room.scrollTop));
      view.innerHTML = await answer.text();
      paint();
      view.dataset.seen = answer.headers.get("X-Seen");
      rooms().forEach((room, n) => (places[n] === null ? toEnd(room) : (room.scrollTop = places[n])));
    }
  } catch {
    state.textContent = "the sandbox has stopped";
  }
  state.classList.toggle("stopped", state.textContent !== "live");
  setTimeout(look, 1000);
}

// A picture that can't be loaded gives way to the initial behind it.
const isBroken = (picture) => picture.complete && picture.naturalWidth === 0;
document.addEventListener("error", (event) => event.target.remove(), true);
[...view.querySelectorAll("img")].filter(isBroken).forEach((picture) => picture.remove());

paint();
rooms().forEach(toEnd);
setTimeout(look, 1000);

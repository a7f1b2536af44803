// Brings an element into view once for each token: a rerun must not move what the user is reading.
// Streamlit scrolls a chat to its end while the answer grows, so the place is held for a moment,
// unless the user scrolls meanwhile.
const HOLD_MS = 2500;
const STEP_MS = 60;
const last = {};

export default function ({ data }) {
  if (last[data.target] === data.token) return;
  const began = Date.now();
  const moves = ["wheel", "touchmove", "keydown", "pointerdown"];
  let timer = 0;
  const end = () => {
    clearInterval(timer);
    moves.forEach((move) => window.removeEventListener(move, end));
  };
  const hold = () => {
    const found = document.querySelector(data.target);
    if (found) {
      last[data.target] = data.token;
      found.scrollIntoView({ block: data.block || "center", behavior: "instant" });
    }
    if (Date.now() - began > HOLD_MS) end();
  };
  moves.forEach((move) => window.addEventListener(move, end, { passive: true }));
  timer = setInterval(hold, STEP_MS);
  hold();
}

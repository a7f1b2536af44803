// Scrolls once for each token: a rerun must not move what the user is reading.
const done = new Set();

export default function ({ data }) {
  if (done.has(data.token)) return;
  let tries = 0;
  const look = () => {
    const found = document.querySelector(data.target);
    if (found) {
      done.clear();
      done.add(data.token);
      found.scrollIntoView({ block: "center", behavior: "instant" });
    } else if (tries++ < 20) {
      setTimeout(look, 100);
    }
  };
  setTimeout(look, 50);
}

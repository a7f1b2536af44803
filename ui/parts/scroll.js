// Scrolls once for each token: a rerun must not move what the user is reading.
const last = {};

export default function ({ data }) {
  if (last[data.target] === data.token) return;
  let tries = 0;
  const look = () => {
    const found = document.querySelector(data.target);
    if (found) {
      last[data.target] = data.token;
      found.scrollIntoView({ block: data.block || "center", behavior: "instant" });
    } else if (tries++ < 20) {
      setTimeout(look, 100);
    }
  };
  setTimeout(look, 50);
}

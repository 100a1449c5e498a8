// Follows files being read: asks how far it is until it is over, then shows what is to be confirmed.
(() => {
  const follow = async () => {
    try {
      const answer = await fetch(location.pathname + "?part=1");
      if (answer.status === 404) return location.reload(); // The server was started anew meanwhile.
      if (answer.ok) document.getElementById("import").outerHTML = await answer.text();
    } catch {
      // The next turn asks again.
    }
    if (document.getElementById("import").dataset.over) location.reload();
    else setTimeout(follow, 1000);
  };
  setTimeout(follow, 500);
})();

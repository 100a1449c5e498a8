// Follows an import: asks for the report until it is over.
(() => {
  const follow = async () => {
    try {
      const answer = await fetch(location.pathname + "?part=1");
      if (answer.ok) document.getElementById("import").outerHTML = await answer.text();
    } catch {
      // The next turn asks again.
    }
    if (!document.getElementById("import").dataset.over) setTimeout(follow, 1000);
  };
  setTimeout(follow, 1000);
})();

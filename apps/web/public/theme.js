// Before anything is painted: the theme that was chosen for this device, as src/preferences keeps it.
try {
  const [, theme] = /"theme":"(light|dark)"/.exec(localStorage.getItem('parley.preferences') ?? '') ?? [];
  if (theme !== undefined) document.documentElement.dataset.theme = theme;
} catch {
  // Where nothing can be stored nothing was chosen.
}

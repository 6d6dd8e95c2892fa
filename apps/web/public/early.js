// Before anything is painted: the theme that was chosen for this device, as src/preferences keeps it.
try {
  const [, theme] = /"theme":"(light|dark)"/.exec(localStorage.getItem('parley.preferences') ?? '') ?? [];
  if (theme !== undefined) document.documentElement.dataset.theme = theme;
} catch {
  // Where nothing can be stored nothing was chosen.
}
// Beside the app, for whoever is signed in, what shows their conversations: see src/build/fetched-ahead.ts.
try {
  const signedIn = Object.keys(localStorage).some((key) => key.startsWith('parley.session:'));
  const { signedIn: files } = document.currentScript.dataset;
  if (signedIn && files !== undefined) {
    for (const name of files.split(' ')) {
      const link = Object.assign(document.createElement('link'), {
        rel: 'modulepreload',
        href: `/assets/${name}.js`,
      });
      document.head.append(link);
    }
  }
} catch {
  // Where nothing can be stored nobody is signed in.
}

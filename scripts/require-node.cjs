// Plain CommonJS, so that any Node can say what is missing: pnpm runs a script on the system's Node when
// the install before it failed, and only warns.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `parley: needs Node 24, found ${process.versions.node}; the install did not finish, run "npx pnpm install" and read its errors`,
  );
  process.exit(1);
}

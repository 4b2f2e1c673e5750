/** Kills its process by SIGKILL before its write number KILL_AT below the folder KILL_BELOW: loaded by `node --require`. */
const fs = require('node:fs');

let writes = 0;

function counted(owner, name) {
  const original = owner[name];
  owner[name] = (path, ...rest) => {
    if (String(path).startsWith(process.env.KILL_BELOW) && ++writes === Number(process.env.KILL_AT))
      process.kill(process.pid, 'SIGKILL');
    return original.call(owner, path, ...rest);
  };
}

for (const name of ['writeFile', 'rename', 'unlink']) counted(fs.promises, name);
for (const name of ['writeFileSync', 'renameSync', 'unlinkSync', 'mkdirSync', 'rmdirSync']) counted(fs, name);

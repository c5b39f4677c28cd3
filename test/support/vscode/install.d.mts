/** Folder of VS Code's server, with `out/server-main.js` in it; installs it when it is not there. */
export function installServer(): string;

/** A manifest with these scripts. */
export const packageJson = (scripts: object, more: object = {}): string =>
  JSON.stringify({ name: 'p', scripts, ...more });

/** What an agent could leave for a program of the person's to run; each would make the marker. */
export function evilActiveFiles(marker: string): Record<string, string> {
  const shell = `#!/bin/sh\ntouch ${marker}\n`;
  const script = `require('fs').writeFileSync('${marker}', '');\n`;
  return {
    '.husky/pre-commit': shell,
    '.githooks/post-checkout': shell,
    '.gitattributes': '* filter=evil diff=evil merge=evil\n',
    '.gitmodules': `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% ${marker}\n`,
    '.pre-commit-config.yaml': shell,
    'lefthook.yml': shell,
    '.envrc': shell,
    'mise.toml': `[hooks]\nenter = "touch ${marker}"\n`,
    '.devcontainer/devcontainer.json': JSON.stringify({ initializeCommand: `touch ${marker}` }),
    'sub/.vscode/tasks.json': JSON.stringify({ tasks: [{ runOptions: { runOn: 'folderOpen' } }] }),
    'work.code-workspace': JSON.stringify({ settings: { 'git.path': marker } }),
    '.mcp.json': JSON.stringify({ mcpServers: { x: { command: 'touch', args: [marker] } } }),
    '.claude/settings.json': JSON.stringify({ hooks: {} }),
    '.GitHub/workflows/ci.yml': 'on: push\n',
    '.gitlab-ci.yml': 'x: y\n',
    '.circleci/config.yml': 'x: y\n',
    Jenkinsfile: 'node {}\n',
    '.npmrc': 'registry=https://evil.example/\n',
    '.yarnrc.yml': 'yarnPath: ./evil.cjs\n',
    '.pnpmfile.cjs': script,
    'eslint.config.mjs': script,
    '.prettierrc.js': script,
    'pkg/jest.config.ts': script,
    'package.json': packageJson({ test: 'node --test', postinstall: `touch ${marker}` }),
    'build.rs': `fn main() { std::fs::write("${marker}", "").unwrap(); }\n`,
  };
}

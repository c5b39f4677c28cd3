/** The text of a new spec: short, and free of findings. */
export function newSpecText(title: string): string {
  return `---
factory: 1
commands:
  test: npm test
---

# ${title}

A command-line program for whoever wants to be greeted by name.

## Requirements

- **R1** When a name is given as the first argument, the program MUST print \`Hello, NAME!\` and exit with 0.
  - Example: the argument \`Ada\` prints \`Hello, Ada!\`.
- **R2** If no argument is given, the program MUST print one line of usage to standard error and exit with 2.

## Out of scope

- Anything but greeting.
`;
}

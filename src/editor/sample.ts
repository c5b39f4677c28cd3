import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type * as vscode from 'vscode';

/** One bundled sample, and where its parts are. */
export interface Sample {
  title: string;
  /** What it is, for a person who chooses. */
  detail: string;
  /** Name of its spec. */
  spec: string;
  /** What a person gets a copy of. */
  workspace: string;
  /** Hidden scenarios for its vault. */
  holdouts: string;
  /** Recorded model answers. */
  recording: string;
}

const bundled = {
  changelog: {
    title: 'Changelog',
    detail: 'A command-line tool that writes release notes from commits and announces them in Slack',
  },
  offboarding: {
    title: 'Offboarding',
    detail: 'A job that opens Jira tickets and posts to Slack for people who left Okta, whatever fails',
  },
};

/** The bundled samples, the simplest one first. */
export function samplesOf(context: vscode.ExtensionContext): Sample[] {
  return Object.entries(bundled).map(([name, words]) => {
    const root = path.join(context.extensionPath, 'media', 'samples', name);
    return {
      ...words,
      spec: `${name}.spec.md`,
      workspace: path.join(root, 'workspace'),
      holdouts: path.join(root, 'holdouts'),
      recording: path.join(root, 'recording'),
    };
  });
}

/** The sample whose spec a folder holds, unchanged: only then do the recorded answers fit. */
export function sampleIn(context: vscode.ExtensionContext, folder: string): Sample | undefined {
  return samplesOf(context).find(({ spec, workspace }) => {
    const [own, original] = [path.join(folder, spec), path.join(workspace, spec)];
    return existsSync(own) && existsSync(original) && readFileSync(own).equals(readFileSync(original));
  });
}

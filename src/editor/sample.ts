import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type * as vscode from 'vscode';

/** Where the parts of the bundled sample are. */
export interface Sample {
  /** What a person gets a copy of. */
  workspace: string;
  /** Hidden scenarios for its vault. */
  holdouts: string;
  /** Recorded model answers. */
  recording: string;
}

const specName = 'changelog.spec.md';

export function sampleOf(context: vscode.ExtensionContext): Sample {
  const root = path.join(context.extensionPath, 'media', 'samples', 'changelog');
  return {
    workspace: path.join(root, 'workspace'),
    holdouts: path.join(root, 'holdouts'),
    recording: path.join(root, 'recording'),
  };
}

/** Whether a folder holds the sample's spec, unchanged: only then do the recorded answers fit. */
export function isSample(sample: Sample, folder: string): boolean {
  const [own, bundled] = [path.join(folder, specName), path.join(sample.workspace, specName)];
  return existsSync(own) && existsSync(bundled) && readFileSync(own).equals(readFileSync(bundled));
}

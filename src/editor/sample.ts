import path from 'node:path';
import type * as vscode from 'vscode';

const samplesKey = 'samples';

/** The bundled sample: `workspace` is copied for the person, `holdouts` go into its vault, `recording` is replayed. */
function samplePart(context: vscode.ExtensionContext, part: 'workspace' | 'holdouts' | 'recording'): string {
  return path.join(context.extensionPath, 'media', 'samples', 'changelog', part);
}

export const sampleWorkspace = (context: vscode.ExtensionContext) => samplePart(context, 'workspace');
export const sampleHoldouts = (context: vscode.ExtensionContext) => samplePart(context, 'holdouts');
export const sampleRecording = (context: vscode.ExtensionContext) => samplePart(context, 'recording');

/** Whether a folder was made by Open Sample. */
export function isSample(context: vscode.ExtensionContext, folder: string): boolean {
  return context.globalState.get<string[]>(samplesKey, []).includes(folder);
}

/** Remembers a folder that Open Sample made. */
export async function rememberSample(context: vscode.ExtensionContext, folder: string): Promise<void> {
  const known = context.globalState.get<string[]>(samplesKey, []);
  await context.globalState.update(samplesKey, [...known.filter((one) => one !== folder), folder]);
}

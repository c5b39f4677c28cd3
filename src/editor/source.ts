import path from 'node:path';
import * as vscode from 'vscode';
import { FactoryError } from '../shared/errors';
import type { Source } from '../shared/source';
import { readConfiguration } from './configuration';
import type { Editor } from './editor';
import { sampleIn, samplesOf } from './sample';

/**
 * Where the model answers of a run in `folder` come from, by the person's settings. The sample can always be
 * replayed, so that trying it costs nothing.
 * @throws FactoryError when a key is needed and there is none.
 */
export async function pickSource(editor: Editor, folder: string): Promise<Source> {
  const { context, secrets } = editor;
  const { provider, baseUrl, recording } = readConfiguration();
  const sample = sampleIn(context, folder);
  if (provider === 'replay') {
    const own = (sample ?? samplesOf(context)[0]!).recording;
    return { kind: 'replay', dir: recording === '' ? own : path.resolve(recording) };
  }
  const apiKey = await secrets.apiKey();
  if (sample && (!apiKey || (await wantsReplay()))) {
    return { kind: 'replay', dir: sample.recording };
  }
  if (!apiKey) {
    throw new FactoryError('bad-input', 'There is no key for the model.', {
      hint: 'Set one with "Dark Factory: Set API Key". The sample of "Dark Factory: Open Sample" runs without one.',
    });
  }
  return { kind: 'anthropic', apiKey, ...(baseUrl === '' ? {} : { baseUrl }) };
}

async function wantsReplay(): Promise<boolean> {
  const replay = { label: 'Replay the recorded answers', description: 'no cost, no network' };
  const live = { label: 'Ask the model', description: 'with your key' };
  const title = 'Run the Sample';
  const picked = await vscode.window.showQuickPick([replay, live], { title, placeHolder: 'Whose answers?' });
  if (!picked) throw new vscode.CancellationError();
  return picked === replay;
}

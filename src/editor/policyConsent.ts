import * as vscode from 'vscode';
import { visibleLine } from '../shared/visible';
import type { Editor } from './editor';

/** In the global state: digests of the policies that the person allowed to go beyond their own limits. */
const allowedKey = 'allowedPolicies';
const mostNamed = 20;

/**
 * Asks the person, once for each text of a policy, where a repository asks for more than their own limits.
 * @returns the digest of the policy when they allow it; undefined when their limits hold.
 * @throws CancellationError when the question is dismissed.
 */
export async function consentToPolicy(
  { context, core }: Pick<Editor, 'context' | 'core'>,
  folder: string,
): Promise<string | undefined> {
  const { digest, refused } = await (await core()).policy(folder);
  if (digest === undefined || refused.length === 0) return undefined;
  const allowed = context.globalState.get<string[]>(allowedKey, []);
  if (allowed.includes(digest)) return digest;
  const allow = 'Allow This Policy';
  const hold = 'Keep My Limits';
  const named = refused.slice(0, mostNamed).map(visibleLine);
  if (refused.length > mostNamed) named.push(`and ${String(refused.length - mostNamed)} more`);
  const chosen = await vscode.window.showWarningMessage(
    'The policy of this folder asks for more than your own limits.',
    { modal: true, detail: named.join('\n') },
    hold,
    allow,
  );
  if (chosen === hold) return undefined;
  if (chosen !== allow) throw new vscode.CancellationError();
  await context.globalState.update(allowedKey, [...allowed, digest]);
  return digest;
}

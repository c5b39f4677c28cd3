import * as vscode from 'vscode';
import type { Action, Editor } from '../editor';
import { requireTrust } from '../errors';
import { notice } from '../notice';
import { askNewPassphrase } from '../passphrase';
import type { KnownMember } from '../teams';
import { confirm, pickOther } from './pickVault';
import { pickFolder } from './setupCommands';

/** What a person does with hidden scenarios that a team shares. */
export interface TeamCommands {
  /** Offers all of it. */
  holdoutTeam: Action;
}

export function createTeamCommands({ core, holdouts, log, secrets }: Editor): TeamCommands {
  const teams = async () => (await core()).teams;
  /** What is offered, under the words it is offered with. */
  const offers: Record<string, (folder: vscode.WorkspaceFolder) => Promise<void>> = {
    'Copy My Card': async () => {
      await vscode.env.clipboard.writeText(await (await teams()).card(await secrets.identity()));
      inform('Your card is on the clipboard. Give it to the others, and admit it here as well.');
    },
    'Admit Member…': async (folder) => {
      const card = await vscode.window.showInputBox({
        title: 'Admit Member',
        prompt: 'The card that they gave you: dark-factory-member …',
        ignoreFocusOut: true,
      });
      if (card === undefined) throw new vscode.CancellationError();
      const { name, fingerprint } = (await teams()).read(card);
      await confirm(
        `Let ${name} open the hidden scenarios of ${folder.name}, and add to them?`,
        `Fingerprint ${fingerprint}. Compare it with them, by another way than the card came.`,
        'Admit',
      );
      await (await teams()).admit(folder.uri.fsPath, card);
      inform(`${name} is a member.`);
    },
    'Dismiss Member…': async (folder) => {
      const member = await pickMember(await (await teams()).members(folder.uri.fsPath));
      const [retire, keep] = ['Dismiss and Retire Scenarios', 'Dismiss, Keep Scenarios'];
      const chosen = await confirm(
        `Dismiss ${member.name}?`,
        'The vault gets a new key. What they could read hides nothing any more: retired scenarios leave the vault. Have the other members dismiss them, too.',
        retire,
        keep,
      );
      const retired = await (
        await teams()
      ).dismiss(folder.uri.fsPath, member, {
        keep: chosen === keep,
        change: (id, use) => secrets.changeVaultKey(id, use),
        passphrase: { always: secrets.mayForget(), ask: askNewPassphrase },
      });
      inform(`${member.name} is no member any more; ${String(retired)} scenarios were retired.`);
    },
    'Share…': async (folder) => {
      const to = await pickOther('Folder that the Members Share', 'Share Here');
      const file = await (await teams()).share(folder.uri.fsPath, await secrets.identity(), to.fsPath);
      inform(`Only the members can read ${file}.`);
    },
    'Receive…': async (folder) => {
      const from = await pickOther('Folder that the Members Share', 'Receive');
      const { taken, refused } = await (
        await teams()
      ).receive(folder.uri.fsPath, await secrets.identity(), from.fsPath);
      for (const { file, error } of refused) log.warn(`${file}: ${error.message} ${error.hint}`);
      const { receivedSentence } = await import('../../factory/teamFolder');
      const said = taken.map(receivedSentence).join(' ');
      if (refused.length === 0) inform(said);
      else {
        const problems = refused.map(({ error }) => error.message).join(' ');
        void vscode.window.showWarningMessage(notice(`${said} ${problems} The log says more.`));
      }
    },
  };
  return {
    async holdoutTeam() {
      requireTrust();
      const folder = await pickFolder();
      const picked = await vscode.window.showQuickPick(Object.keys(offers), {
        title: `Team of the Holdouts of ${folder.name}`,
      });
      const offer = picked === undefined ? undefined : offers[picked];
      if (!offer) throw new vscode.CancellationError();
      await offer(folder);
      await holdouts.refresh(folder.uri.fsPath);
    },
  };
}

function inform(text: string): void {
  void vscode.window.showInformationMessage(notice(text));
}

async function pickMember(members: readonly KnownMember[]): Promise<KnownMember> {
  const picked = await vscode.window.showQuickPick(
    members.map((member) => ({ label: member.name, description: member.fingerprint, member })),
    { title: 'Dismiss Member', placeHolder: 'Who?' },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.member;
}

import * as vscode from 'vscode';
import type { Role } from '../shared/events';
import { settings, settingsSection } from '../shared/contributions';

/** The person's own settings; all but the rules are machine-scoped, so no repository can change them. */
export interface Configuration {
  provider: 'anthropic' | 'replay';
  /** Empty: the public endpoint. */
  baseUrl: string;
  /** Folder of recorded answers; empty: the bundled sample's. */
  recording: string;
  roles: Partial<Record<Role, string>>;
  limits: { usd: number; minutes: number; network: string[]; scripts: boolean };
}

export function readConfiguration(): Configuration {
  const section = vscode.workspace.getConfiguration(settingsSection);
  return {
    provider: section.get<Configuration['provider']>(settings.provider, 'anthropic'),
    baseUrl: section.get<string>(settings.baseUrl, ''),
    recording: section.get<string>(settings.recording, ''),
    roles: section.get<Configuration['roles']>(settings.roles, {}),
    limits: {
      usd: section.get<number>(settings.limitUsd, 10),
      minutes: section.get<number>(settings.limitMinutes, 60),
      network: section.get<string[]>(settings.limitNetwork, []),
      scripts: section.get<boolean>(settings.limitScripts, false),
    },
  };
}

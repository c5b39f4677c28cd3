import { isRecord } from '../../shared/records';
import { respond, type HookAnswer } from './hooks';
import { isTooDeep } from './request';
import type { SlackTwin } from './state';
import { answerSubmission } from './viewAnswers';

/** An answer's body as the app meant it: JSON, or text. */
function readAnswer(answer: unknown): unknown {
  if (typeof answer !== 'string') return answer;
  try {
    return JSON.parse(answer);
  } catch {
    return answer;
  }
}

/**
 * Does what the app's answer to an interaction asks for; `context` says what was answered.
 * @param answer an HTTP body, or the payload of an acknowledgement
 */
export function answerInteraction(
  twin: SlackTwin,
  context: Readonly<Record<string, string>>,
  answer: unknown,
): void {
  const read = readAnswer(answer);
  if (isTooDeep(read)) return;
  if (context['answers'] === 'view' && context['view'] !== undefined) {
    answerSubmission(twin, context['view'], isRecord(read) ? read : {});
    return;
  }
  if (context['answers'] !== 'command') return;
  const hook = twin.state.hooks.find(({ secret }) => secret === context['hook']);
  if (!hook) return;
  const message: HookAnswer | null = typeof read === 'string' ? { text: read } : isRecord(read) ? read : null;
  if (message && Object.values(message).some((value) => value !== '')) respond(twin, hook, message);
}

import {
  betaEditTool,
  betaGlobTool,
  betaGrepTool,
  betaReadTool,
  betaWriteTool,
} from '@anthropic-ai/sdk/tools/agent-toolset/node';
import assert from 'node:assert/strict';
import { fileToolDefinitions } from '../../../src/sandbox/fileTools';

describe('declarations of the file tools', () => {
  it('are the SDK’s own', () => {
    const tools = [betaReadTool, betaWriteTool, betaEditTool, betaGlobTool, betaGrepTool].map((make) =>
      make({ workdir: '/' }),
    );
    const declared = tools.map((tool) => {
      assert.ok('input_schema' in tool);
      return { name: tool.name, description: tool.description, input_schema: tool.input_schema };
    });
    assert.deepEqual(fileToolDefinitions, declared);
  });
});

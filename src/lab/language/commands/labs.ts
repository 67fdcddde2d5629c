import { type CoreCommand, NO_OPTIONS } from '../command.ts'

export const labCommands: readonly CoreCommand[] = [
  {
    name: 'help',
    group: 'lab',
    usage: ['help [TOPIC]'],
    help: 'this list; or a command, a group, settings, expect, sets',
    examples: ['help', 'help kill', 'help network'],
    args: [{ name: 'TOPIC', kind: 'topic', optional: true }],
    options: NO_OPTIONS,
    parse: (cursor) => {
      const words: string[] = []
      while (!cursor.atEnd) words.push(cursor.word('a topic'))
      return { name: 'help', topic: words.length === 0 ? null : words.join(' ') }
    },
  },
  {
    name: 'learn',
    group: 'lab',
    usage: ['learn'],
    help: 'the lessons, how far you are, and which comes next',
    examples: ['learn'],
    args: [],
    options: NO_OPTIONS,
    parse: () => ({ name: 'learn' }),
  },
  {
    name: 'save',
    group: 'lab',
    usage: ['save FILE [force]'],
    help: 'writes what you typed as a lab file; force overwrites',
    examples: ['save mine.md'],
    args: [
      { name: 'FILE', kind: 'file' },
      { name: 'force', kind: 'word', choices: ['force'], optional: true },
    ],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'save', file: cursor.file(), force: cursor.takeWord('force') }),
  },
  {
    name: 'run',
    group: 'lab',
    usage: ['run FILE'],
    help: 'runs a lab file here',
    examples: ['run labs/smoke.md'],
    args: [{ name: 'FILE', kind: 'file' }],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'run', file: cursor.file() }),
  },
  {
    name: 'quit',
    group: 'lab',
    usage: ['quit'],
    help: 'stops the cluster and leaves',
    examples: ['quit'],
    args: [],
    options: NO_OPTIONS,
    parse: () => ({ name: 'quit' }),
  },
]

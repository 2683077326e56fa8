import { as, conversation, raw, withoutIds, type Conversation } from './tools'

const long = 'x'.repeat(70_000)

export const protocolConversations: readonly Conversation[] = [
  conversation(
    'inline commands',
    raw('PING\r\n'),
    raw('  PING   "a b"  \r\n'),
    raw("ECHO 'a\\'b'\n"),
    raw('ECHO "\\x41\\n\\t\\q"\r\n'),
    raw('\r\n\r\nPING\r\n'),
    raw('*0\r\nPING\r\n'),
    raw('*-1\r\nPING\r\n'),
    raw('ECHO a"b"\r\n'),
    raw('ECHO \x0bx\r\n'),
  ),
  conversation('many commands at once', raw('PING\r\n*1\r\n$4\r\nPING\r\nECHO a\r\n*2\r\n$4\r\nECHO\r\n$0\r\n\r\n')),
  conversation(
    'a command in pieces',
    raw('*2\r\n$4\r\nEC'),
    raw('HO\r\n$3'),
    raw('\r\nab'),
    raw('c\r'),
    raw('\nPING\r\n'),
  ),
  conversation('no length', raw('*x\r\n')),
  conversation('too many', raw('*2147483648\r\n')),
  conversation('a length of 00', raw('PING\r\n*1\r\n$00\r\n')),
  conversation('a negative length', raw('*1\r\n$-1\r\n')),
  conversation('too long', raw('*1\r\n$536870913\r\n')),
  conversation('no dollar', raw('*1\r\nx4\r\nPING\r\nPING\r\n')),
  conversation('a CR for a dollar', raw('*1\r\n\r\n')),
  conversation('open quotes', raw('PING\r\nECHO "a\r\nPING\r\n')),
  conversation('a quote within a word', raw('ECHO "a"b\r\n')),
  conversation('an endless line', raw(long)),
  conversation('an endless count', raw(`*${long.replace(/x/g, '1')}`)),
  conversation('an endless length', raw(`*1\r\n$${long.replace(/x/g, '1')}`)),
  conversation(
    'who has not logged in',
    'CONFIG SET requirepass secret',
    raw('*11\r\n', 'b'),
    raw('*1\r\n$16385\r\n', 'c'),
    raw('*10\r\n$4\r\nPING\r\n', 'd'),
    'CONFIG SET requirepass ""',
  ),
  conversation(
    'who logs in on the way',
    'CONFIG SET requirepass secret',
    as(withoutIds, 'PING'),
    { on: 'b', raw: 'RESET\r\nAUTH secret\r\n*11\r\n$4\r\nMGET\r\n' + '$1\r\na\r\n'.repeat(10) },
    'CONFIG SET requirepass ""',
  ),
]

import { describe, expect, test } from 'vitest';
import { acceptBody, clientBody, rejectBody, REPLIES_MAX, VALUE_BYTES_MAX } from './reply-body.ts';

const accept = (...replies: Parameters<typeof acceptBody>[0]['replies']) =>
  acceptBody({ kind: 'accept', userName: 'ann', replies });
const reply = (name: string, value = 'x', tag: number | null = null) => ({ name, tag, value });

describe('acceptBody', () => {
  test('forbids FreeRADIUS to expand any value', () => {
    const hostile = '%{expr: 6*7} ${confdir} `id`';
    const bodies = [
      accept(reply('Filter-Id', hostile)),
      acceptBody({ kind: 'accept', userName: hostile, replies: [] }),
      rejectBody(hostile),
      clientBody({ id: hostile, name: hostile, secret: hostile, requiresMessageAuthenticator: true }),
    ];
    for (const body of bodies) {
      expect(Object.values(body).map((value) => value.do_xlat)).toEqual(Object.values(body).map(() => false));
      expect(JSON.stringify(body)).toContain('%{expr: 6*7}');
    }
  });

  test('escapes backslashes, because FreeRADIUS reads escapes in values', () => {
    expect(accept(reply('Filter-Id', String.raw`a\nb\\`))).toMatchObject({
      'reply:Filter-Id': { value: [String.raw`a\\nb\\\\`] },
    });
  });

  test('keeps tags, and the order of several values of one attribute', () => {
    const body = accept(
      reply('Tunnel-Type', 'VLAN', 1),
      reply('Cisco-AVPair', 'b'),
      reply('Tunnel-Type', 'VLAN', 2),
      reply('Cisco-AVPair', 'a'),
    );
    expect(body).toEqual({
      'reply:User-Name': { value: ['ann'], do_xlat: false },
      'reply:Tunnel-Type:1': { value: ['VLAN'], do_xlat: false },
      'reply:Cisco-AVPair': { value: ['b', 'a'], do_xlat: false, op: '+=' },
      'reply:Tunnel-Type:2': { value: ['VLAN'], do_xlat: false },
    });
  });

  test.for(['', 'control:Auth-Type', 'a b', 'x\n', '%{x}', 'Tunnel-Type:1', `A${'b'.repeat(128)}`])(
    'throws for the name %j',
    (name) => {
      expect(() => accept(reply(name))).toThrow('is not the name');
    },
  );

  test('throws for a tag outside of 0 to 31', () => {
    expect(accept(reply('Tunnel-Type', 'VLAN', 0))).toHaveProperty(['reply:Tunnel-Type:0']);
    expect(accept(reply('Tunnel-Type', 'VLAN', 31))).toHaveProperty(['reply:Tunnel-Type:31']);
    for (const tag of [-1, 32, 1.5]) expect(() => accept(reply('Tunnel-Type', 'VLAN', tag))).toThrow('tag');
  });

  test('has values of 1 to VALUE_BYTES_MAX bytes, and throws for others without naming them', () => {
    expect(accept(reply('Class', 'x'.repeat(VALUE_BYTES_MAX)))).toHaveProperty(['reply:Class']);
    expect(() => accept(reply('Class', 'x'.repeat(VALUE_BYTES_MAX + 1)))).toThrow('254 bytes');
    expect(() => accept(reply('Class', ''))).toThrow('0 bytes');
    const secret = '密'.repeat(85);
    const client = { id: 'c', name: 'c', requiresMessageAuthenticator: true };
    expect(() => clientBody({ ...client, secret: `${secret}x` })).toThrow(/^(?!.*密).*256 bytes/);
  });

  test('throws for more than REPLIES_MAX attributes', () => {
    const replies = Array.from({ length: REPLIES_MAX }, () => reply('Class'));
    expect(() => accept(...replies)).not.toThrow();
    expect(() => accept(...replies, reply('Class'))).toThrow('more than 64');
  });
});

describe('clientBody', () => {
  test('requires Message-Authenticator unless the client is an exception', () => {
    const body = (requiresMessageAuthenticator: boolean) =>
      clientBody({ id: 'c', name: 'n', secret: 's', requiresMessageAuthenticator });
    expect(body(true)['control:FreeRADIUS-Client-Require-MA']?.value).toEqual(['yes']);
    expect(body(false)['control:FreeRADIUS-Client-Require-MA']?.value).toEqual(['no']);
  });
});

describe('rejectBody', () => {
  test('cuts a message between characters', () => {
    const [text] = rejectBody('密'.repeat(100))['reply:Reply-Message']?.value ?? [];
    expect(text).toBe('密'.repeat(84));
    expect(rejectBody('x'.repeat(VALUE_BYTES_MAX))['reply:Reply-Message']?.value[0]).toHaveLength(VALUE_BYTES_MAX);
    expect(rejectBody(null)).toEqual({});
  });
});

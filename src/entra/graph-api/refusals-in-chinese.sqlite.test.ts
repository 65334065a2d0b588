import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestProvisioning, type TestProvisioning } from './provisioning.fixture.ts';

let fixture: TestProvisioning;
beforeAll(async () => {
  fixture = await openTestProvisioning();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const unknownId = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

test('refuses what pages send in Chinese for a reader of Chinese, and in English for all others', async () => {
  const { graph, application, jobId } = fixture;
  const job = `/servicePrincipals/${application.id}/synchronization/jobs/${jobId}`;
  const schema = (await graph.send('GET', `${job}/schema`)).body;
  const [mapping] = schema.synchronizationRules[0].objectMappings;
  mapping.attributeMappings[0].source = { type: 'Attribute', name: 'mial', expression: '[mial]', parameters: [] };
  const noSource = structuredClone(schema);
  noSource.synchronizationRules[0].objectMappings[0].attributeMappings[0].source = { type: 'Attribute', name: null };
  const secrets = `/servicePrincipals/${application.id}/synchronization/secrets`;
  const masked = { key: 'Oauth2ClientSecret', value: '*****' };
  const subject = { parameters: [{ subjects: [{ objectId: unknownId, objectTypeName: 'Robot' }] }] };
  const refused = [
    ['POST', '/users', { userPrincipalName: 'a', displayName: 'A' }, /userPrincipalName 为 "a"/],
    ['POST', '/groups', { displayName: 'G', membershipRule: 'user.department -eq' }, /规则在位置 \d+ 有错误：此处应为/],
    ['GET', `/users/${unknownId}`, undefined, /资源 ".*" 不存在/],
    ['PUT', `${job}/schema`, schema, /同步架构无效：.*源中没有属性 "mial"；可能是指 "mail"/],
    ['PUT', `${job}/schema`, noSource, /同步架构无效：.*无法读取映射的源：源既没有表达式，也没有名称。/],
    ['PUT', secrets, { value: [masked] }, /^Oauth2ClientSecret 已屏蔽（\*{5}），但没有已保存的 Oauth2ClientSecret：/],
    ['PUT', '/servicePrincipals/x/synchronization/secrets', { value: [] }, /租户中没有服务主体 "x"/],
    ['POST', `${job}/provisionOnDemand`, subject, /objectTypeName 为 "Robot"：必须是/],
  ] as const;
  for (const [method, path, body, message] of refused) {
    const sent = async (language: string) =>
      (await graph.send(method, path, body, { 'x-api-key': graph.key, 'accept-language': language })).body.error;
    const chinese = await sent('zh-CN');
    expect([path, chinese.message, chinese.innerError.language]).toEqual([path, expect.stringMatching(message), 'zh']);
    const english = await sent('de');
    expect([english.message, english.innerError.language]).toEqual([expect.stringMatching(/^[ -~]+$/), undefined]);
  }
});

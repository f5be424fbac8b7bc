import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
  type Pipeline,
} from '@azure/core-rest-pipeline';
import type { Login, PeerClient } from './peer.ts';

type Credential = NonNullable<Parameters<typeof bearerTokenAuthenticationPolicy>[0]['credential']>;

/** The policy sends tokens to https addresses alone. The address is that of the loopback API when all policies are past. */
const STAND_IN = 'https://api.loopback.example';

/** The pipeline that clients of the Azure SDK have, over node:http. */
export function pipelineOf({ scope }: Login, credential: Credential): Pipeline {
  const pipeline = createPipelineFromOptions({});
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: [scope] }), {
    phase: 'Sign',
  });
  return pipeline;
}

export function callsThrough(pipeline: Pipeline, { apiUrl }: Login): PeerClient {
  const http = createDefaultHttpClient();
  const overLoopback: HttpClient = {
    sendRequest(request) {
      request.url = request.url.replace(STAND_IN, apiUrl);
      request.allowInsecureConnection = true;
      return http.sendRequest(request);
    },
  };
  return {
    async call(path) {
      const request = createPipelineRequest({ url: `${STAND_IN}${path}` });
      return (await pipeline.sendRequest(overLoopback, request)).status;
    },
  };
}

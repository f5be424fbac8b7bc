import type { AuthEvent } from '@everbearer/core';
import type { Attributes } from '@opentelemetry/api';
import type { NameOf } from '../naming/account-naming.ts';
import { boundedValues } from './bounded-values.ts';

/** Whom an event or a status is about. */
export type Subject = Partial<Pick<AuthEvent, 'account' | 'provider'>>;

/** Makes the attributes that say whom a measurement is about. */
export type SubjectAttributes = (subject: Subject) => Attributes;

const MOST_PROVIDERS = 100;

/** For spans, which may name as many as there are. */
export function subjectAttributes(nameOf: NameOf): SubjectAttributes {
  return ({ account, provider }) => ({
    'everbearer.account.id': nameOf(account),
    'everbearer.provider.id': provider,
  });
}

/** For metrics: accounts beyond the first `accountLimit` are counted as one. */
export function boundedSubjectAttributes(nameOf: NameOf, accountLimit: number): SubjectAttributes {
  const accounts = boundedValues(accountLimit);
  const providers = boundedValues(MOST_PROVIDERS);
  const bounded = (value: string | undefined, bound: (value: string) => string) =>
    value === undefined ? undefined : bound(value);
  return ({ account, provider }) => {
    const attributes: Attributes = {};
    const name = bounded(nameOf(account), accounts);
    const id = bounded(provider, providers);
    if (name !== undefined) attributes['everbearer.account.id'] = name;
    if (id !== undefined) attributes['everbearer.provider.id'] = id;
    return attributes;
  };
}

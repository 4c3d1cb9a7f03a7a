// class-transformer's decorators need it, and may be evaluated before Nest has loaded it.
import 'reflect-metadata';
import { registerDecorator, ValidateIf } from 'class-validator';
import type { ValidationOptions } from 'class-validator';
import { Type } from 'class-transformer';

/** A rule that an option obeys: what is wrong with the value and the remedy, or nothing where all is well. */
export type Rule = (value: unknown, group: object) => string | undefined;

/**
 * The class-validator decorator for our rules: each broken rule becomes one line. A rule also checks for missing values and
 * wrong types, so that one mistake makes one line.
 */
export function Must(...rules: Rule[]): PropertyDecorator {
  return MustIn(undefined, ...rules);
}

/** The same for rules that are checked only when validation is asked for the group. */
export function MustIn(validationGroup: string | undefined, ...rules: Rule[]): PropertyDecorator {
  const options: ValidationOptions = validationGroup === undefined ? {} : { groups: [validationGroup] };
  return (target, property) => rules.forEach((rule, index) => registerDecorator({
    name: `must ${validationGroup ?? ''}${index}`,
    target: target.constructor,
    propertyName: String(property),
    options,
    validator: {
      validate: (value, args) => rule(value, args?.object ?? {}) === undefined,
      defaultMessage: (args) => rule(args?.value, args?.object ?? {}) ?? '',
    },
  }));
}

/** Leaves an option alone that was not given. `null` counts as given: it is a wrong type like any other. */
export function IfGiven(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** Takes a value as it is: class-transformer would make a new object of the value's own class, which a `URL` does not survive. */
export function AsGiven(): PropertyDecorator {
  return Type(() => Object);
}

// Checks an OpenAPI document with a validator of others: is it what it says it is?
const validator = require.resolve("@seriousme/openapi-schema-validator");

(async () => {
  const { Validator } = await import(validator);
  const document = await (await fetch(`http://127.0.0.1:${process.env.HTTP_PORT}/openapi/v1.json`)).json();
  const checker = new Validator();
  const { valid, errors } = await checker.validate(document);
  console.log(JSON.stringify({ valid, version: checker.version, errors: errors ?? [] }));
})();

"""The shapes of requests and answers, from which requests are checked and the OpenAPI document is made."""

"""A sixth channel, as small as one can be: the worked example of docs/channels/adding-a-channel.md."""

"""Lemmas that an authored line may name (`by`): a claim, and the conditions under which it holds."""

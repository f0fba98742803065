"""One request to start with."""


def ready_request(address: str) -> str:
    """Return a shell command that asks for a recommendation.

    Parameters
    ----------
    address : str
        Where the API answers, without a slash at the end.
    """
    body = '{"text": "订单靠手工排产，交期经常延误", "target": "solution", "k": 3}'
    return f"curl -s {address}/v1/recommendations -H 'Content-Type: application/json' -d '{body}'"

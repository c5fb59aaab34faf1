"""What the demo's agents write: Markdown as agents really send it. No I/O."""

REPORT = """\
# Churn in October

Churn fell to **3.1 %**, the lowest since spring. Three things stand out:

1. *Annual plans* hold: only 4 of 812 customers left.
2. Small teams leave in week two.
   - most never invited a colleague
   - half of them came through the `spring-24` campaign
3. Support answers within an hour keep nine in ten.

| Plan    | Customers | Left | Churn |
|:--------|----------:|-----:|------:|
| Free    |     4,210 |  187 | 4.4 % |
| Team    |     1,377 |   34 | 2.5 % |
| Annual  |       812 |    4 | 0.5 % |

## How it was counted

```sql
SELECT plan, count(*) FILTER (WHERE left_at >= '2026-10-01') AS gone
FROM customers
GROUP BY plan
ORDER BY gone DESC;
```

> A customer who pauses counts as gone, and as new on return.

Next: ask the small teams why. See [the dashboard](https://example.com/churn?month=10&by=plan).
"""


def interviews(count: int) -> str:
    """Return the notes of so many interviews, about 490 characters each."""
    return "\n\n".join(map(_interview, range(1, count + 1)))


def _interview(number: int) -> str:
    return (
        f"## Interview {number}\n\n"
        f"Participant {number} set up the workspace in about {3 + number} minutes, then looked for a way "
        "to bring in colleagues and did not find it. “I thought that came later,” they said, and closed "
        "the page. The same happened in the second session, although the button had moved.\n\n"
        "- wants: an invitation by link\n- fears: inviting the wrong people\n"
        "- tried: the help page, twice"
    )


CODE = """\
Three ways to fetch the same number, and what changed:

```python
async with session.get(f"{base}/churn", params={"month": "2026-10"}) as answer:
    churn = (await answer.json())["churn"]   # 0.031
```

```bash
curl -s "$BASE/churn?month=2026-10" | jq .churn
```

```diff
- "churn": 0.034
+ "churn": 0.031
```

~~Use `/v1/churn`.~~ It is gone since Monday.
"""

INCIDENT = """\
### Checkout is slow again

| Region | p95 | Errors |
|:-------|----:|-------:|
| Europe | 2.4 s | 0.8 % |
| America | 0.3 s | 0.0 % |

1. Payments in Europe wait for the fraud check
2. The fraud check waits for its database
   - replica 2 is 14 minutes behind

> Nothing is lost: every order is kept and charged later.

```yaml
fraud_check:
  timeout: 800ms   # was 5s
```

See [the graph](https://example.com/graphs/checkout?last=6h).
"""

READY = """\
リリース **4.2** の準備ができました 🎉

| 項目 | 状態 | 担当 |
|:-----|:----:|-----:|
| テスト | ✅ 合格 | 田中 |
| 翻訳 | 🔄 作業中 | Łucja |
| 告知 | ⏳ 未定 | 김민준 |

- [x] 変更履歴
- [ ] お知らせ
"""

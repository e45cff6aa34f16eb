using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Actors.Client.Configuration;

/// <summary>Reads YAML into settings that know their line. Keys given twice are faults, which YAML readers tend to let pass or to end at.</summary>
internal sealed class YamlReader
{
    private readonly Dictionary<string, SettingNode> anchors = [];
    private readonly Func<long, Origin> originAt;
    private readonly FaultList faults;
    private readonly Parser parser;

    private YamlReader(string text, Func<long, Origin> originAt, FaultList faults)
    {
        this.originAt = originAt;
        this.faults = faults;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>Reads one document; null where it is empty or is not YAML (then a fault says where).</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="originAt">Names a one-based line.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static SettingNode? Read(string text, Func<long, Origin> originAt, FaultList faults)
    {
        try
        {
            return new YamlReader(text, originAt, faults).Document();
        }
        catch (YamlException failure)
        {
            int lines = text.TrimEnd().Count(letter => letter == '\n') + 1;
            faults.Add(originAt(Math.Clamp(failure.End.Line, 1, lines)), $"This is not YAML: {failure.Message.TrimEnd('.')}.");
            return null;
        }
    }

    private SettingNode? Document()
    {
        parser.Consume<StreamStart>();
        if (parser.TryConsume<StreamEnd>(out _))
        {
            return null;
        }

        parser.Consume<DocumentStart>();
        SettingNode root = Node();
        parser.Consume<DocumentEnd>();
        if (parser.TryConsume<DocumentStart>(out DocumentStart? second))
        {
            faults.Add(originAt(second.Start.Line), "A configuration is one YAML document, but here a second one starts. Put it into a file of its own.");
        }

        return root;
    }

    private SettingNode Node()
    {
        if (parser.TryConsume<AnchorAlias>(out AnchorAlias? alias))
        {
            return anchors.TryGetValue(alias.Value.Value, out SettingNode? known)
                ? known
                : throw new YamlException(alias.Start, alias.End, $"the anchor '*{alias.Value.Value}' is not defined above");
        }

        NodeEvent start = parser.Accept<NodeEvent>(out NodeEvent? next) ? next : throw new YamlException("a value is missing");
        SettingNode node = next switch
        {
            MappingStart => Map(),
            SequenceStart => List(),
            _ => Scalar(),
        };
        if (!start.Anchor.IsEmpty)
        {
            anchors[start.Anchor.Value] = node;
        }

        return node;
    }

    private SettingScalar Scalar()
    {
        Scalar scalar = parser.Consume<Scalar>();
        return new SettingScalar(originAt(scalar.Start.Line), scalar.Value, scalar.Style is ScalarStyle.Plain or ScalarStyle.Any);
    }

    private SettingList List()
    {
        Origin origin = originAt(parser.Consume<SequenceStart>().Start.Line);
        var items = new List<SettingNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node());
        }

        return new SettingList(origin, items);
    }

    private SettingMap Map()
    {
        var map = new SettingMap(originAt(parser.Consume<MappingStart>().Start.Line));
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            SettingNode key = Node();
            SettingNode value = Node();
            if (key is not SettingScalar { Text: var name })
            {
                faults.Add(key.Origin, $"A key must be a word, but is {key.Shown}.");
            }
            else if (map.Entries.TryGetValue(name, out SettingEntry? first))
            {
                faults.Add(key.Origin, $"Key '{name}' is given twice, first at {first.KeyOrigin}. Remove one.");
            }
            else
            {
                map.Put(name, new SettingEntry(key.Origin, value));
            }
        }

        return map;
    }
}

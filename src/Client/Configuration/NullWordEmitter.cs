using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;

namespace Actors.Client.Configuration;

/// <summary>Writes <c>null</c> where YAML would leave a blank, so that a setting without a value is seen to be one.</summary>
internal sealed class NullWordEmitter(IEventEmitter next) : ChainedEventEmitter(next)
{
    /// <inheritdoc/>
    public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
    {
        if (eventInfo.Source.Value is null)
        {
            emitter.Emit(new YamlDotNet.Core.Events.Scalar("null"));
        }
        else
        {
            base.Emit(eventInfo, emitter);
        }
    }
}
